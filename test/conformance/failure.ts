/** An error as the client library gives it to its user. */
export interface Failure {
  /** Name of the class. */
  readonly kind: string;
  readonly status: number | undefined;
  readonly message: string;
  readonly requestId: string | null | undefined;
}

/** The classes of OpenAI's and Dedalus' SDKs, which carry the same names; others throw these very classes. */
export const stainlessKinds = {
  400: "BadRequestError",
  401: "AuthenticationError",
  403: "PermissionDeniedError",
  404: "NotFoundError",
  409: "ConflictError",
  422: "UnprocessableEntityError",
  429: "RateLimitError",
  500: "InternalServerError",
  502: "InternalServerError",
} as const;

interface StainlessError {
  readonly status?: number | undefined;
  readonly message: string;
  readonly headers?: Headers | undefined;
}

/** What was thrown, of whatever kind; an error that says so where nothing was. */
export const thrownBy = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => new Error("nothing was thrown"),
    (error: unknown) => error,
  );

/** What was thrown, where it is an error of the SDK's own family; anything else is thrown on. */
export async function readFailure(
  work: Promise<unknown>,
  isOwn: (error: unknown) => error is StainlessError,
): Promise<Failure> {
  const error = await thrownBy(work);
  if (!isOwn(error)) throw error;
  const { status, message, headers } = error;
  return { kind: error.constructor.name, status, message, requestId: headers?.get("x-request-id") };
}
