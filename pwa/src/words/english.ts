/** All English sentences by dictionary: a build fills this file (build/english.ts); while developing each dictionary holds its own. */
export const english: Record<string, Record<string, string>> = {}
