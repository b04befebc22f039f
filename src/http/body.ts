import { GatewayError } from "../spec/error.ts";

/**
 * The text of a request's body of at most `limit` bytes. Throws GatewayError `body_too_large`, `invalid_request`, or
 * `client_gone` where the body breaks off.
 */
export async function readBody(request: Request, limit: number): Promise<string> {
  const encoding = request.headers.get("content-encoding");
  if (encoding !== null && encoding !== "identity") {
    throw new GatewayError(
      "invalid_request",
      `content-encoding "${encoding}" is not understood; send the body as it is`,
      {
        param: "content-encoding",
      },
    );
  }
  const length = request.headers.get("content-length");
  if (Number(length) > limit) throw tooLarge(limit);
  try {
    return await (length === null ? readBounded(request, limit) : request.text());
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    throw new GatewayError("client_gone", "the client closed the connection inside its request");
  }
}

/** A body whose length nobody announced. */
async function readBounded(request: Request, limit: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > limit) throw tooLarge(limit);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

const tooLarge = (limit: number) =>
  new GatewayError(
    "body_too_large",
    `The body is larger than ${limit} bytes; raise limits.body_megabytes in perdix.yaml`,
  );
