/** Receives one progress or server line at a time, without its line end. */
export type InfraLog = (line: string) => void;
