/** What is said when platform and program give one bundle two digests: one of them has another version of the language. */
export const otherReading = (platform: string, program: string): string =>
  `the platform reads the bundle as ${platform}, this program as ${program}; they are of different versions`;
