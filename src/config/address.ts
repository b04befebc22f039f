/** Where to listen. */
export interface Address {
  readonly host?: string;
  readonly port?: number;
}

/** Reads `4010`, `:4010`, `host`, `host:4010`, `[::1]:4010` and `::1`; undefined for anything else. */
export function readAddress(written: string | number): Address | undefined {
  if (typeof written === "number") return { port: written };
  const text = written.trim();
  if (/^\d+$/.test(text)) return withPort({}, text);
  const bracketed = /^\[([0-9a-fA-F:]+)\](?::(\d+))?$/.exec(text);
  if (bracketed) return withPort({ host: bracketed[1] ?? "" }, bracketed[2]);
  if (/^[0-9a-fA-F]*:[0-9a-fA-F]*:[0-9a-fA-F:]*$/.test(text)) return { host: text };
  const [, host = "", port] = /^([A-Za-z0-9._-]*)(?::(\d+))?$/.exec(text) ?? [];
  if (host === "" && port === undefined) return undefined;
  return withPort(host === "" ? {} : { host }, port);
}

function withPort(address: Address, port: string | undefined): Address | undefined {
  if (port === undefined) return address;
  return Number(port) <= 65_535 ? { ...address, port: Number(port) } : undefined;
}

/** True for `localhost`, 127.0.0.0/8 and `::1`: addresses that only this machine reaches. */
export function isLoopback(host: string): boolean {
  const octets = /^127\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(host)?.slice(1);
  return (
    host.toLowerCase() === "localhost" ||
    /^(?:0*:)+0*1$/.test(host) ||
    (octets?.every((octet) => Number(octet) <= 255) ?? false)
  );
}
