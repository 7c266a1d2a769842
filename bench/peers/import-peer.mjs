/** Imports a package that is installed here and nowhere else. */
export const importPeer = (name) => import(name);
