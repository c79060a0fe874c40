/** The same talk on bare node:http: what this machine can do at most. */
import { createServer } from "node:http";
import { take, verified } from "./durable.mjs";

createServer((request, response) => {
  if (request.method === "GET") return response.end("ready");
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const raw = Buffer.concat(chunks);
    if (!verified(request.headers["x-hub-signature-256"], raw)) return response.writeHead(401).end();
    take(JSON.parse(raw.toString()), () => response.end("EVENT_RECEIVED"));
  });
}).listen(Number(process.env.PORT), "127.0.0.1");
