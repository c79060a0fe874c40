/** The floor most people would write: express, SQLite, undici. */
import express from "express";
import { take, verified } from "./durable.mjs";

const app = express();
app.use(
  express.json({
    verify: (request, _response, raw) => {
      request.verified = verified(request.headers["x-hub-signature-256"], raw);
    },
  }),
);
app.post("/webhooks/messenger", (request, response) => {
  if (!request.verified) response.sendStatus(401);
  else take(request.body, () => response.send("EVENT_RECEIVED"));
});
app.get("/health/ready", (_request, response) => response.send("ready"));
app.listen(Number(process.env.PORT), "127.0.0.1");
