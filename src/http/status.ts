import { Elysia } from "elysia";
import type { Street } from "./street.ts";

/** `GET /` and `GET /health` */
export const status = (street: Street) =>
  new Elysia()
    .get("/", ({ request }) =>
      street.serve(request, ({ headers }) =>
        Response.json(
          {
            message: `perdix ${street.version}: an OpenAI-compatible API for every model at /v1`,
            version: street.version,
          },
          { headers },
        ),
      ),
    )
    .get("/health", ({ request }) =>
      street.serve(request, ({ headers }) =>
        Response.json({ status: "ok", version: street.version, in_flight: street.inFlight() - 1 }, { headers }),
      ),
    );
