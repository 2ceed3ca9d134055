// The browser's own interfaces, by the one name that both Chrome and Firefox know them by.
export const api = globalThis.browser ?? globalThis.chrome;
