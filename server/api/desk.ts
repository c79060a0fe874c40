/** The desk's HTTP API, to be mounted at `/api/v1`: what agents, supervisors, admins and a brand's own systems may ask. Described in docs/api.md. */
import express from "express";
import { agentRoutes } from "./agents.ts";
import { cannedRoutes } from "./canned.ts";
import { companyRoutes } from "./company.ts";
import { conversationRoutes } from "./conversations.ts";
import { customerRoutes } from "./customers.ts";
import type { DeskDeps } from "./deps.ts";
import { eventRoutes } from "./events.ts";
import { mediaRoutes } from "./media.ts";
import { mentionRoutes } from "./mentions.ts";
import { reportRoutes } from "./reports.ts";
import { mount, type Route } from "./route.ts";
import { searchRoutes } from "./search.ts";
import { sessionRoutes } from "./session.ts";
import { streamRoutes } from "./stream.ts";
import { ticketRoutes } from "./tickets.ts";
import { wallRoutes } from "./wall.ts";

export function deskRoutes(): Route[] {
  return [
    ...sessionRoutes,
    ...agentRoutes,
    ...ticketRoutes,
    ...conversationRoutes,
    ...companyRoutes(),
    ...cannedRoutes,
    ...customerRoutes,
    ...mediaRoutes,
    ...wallRoutes,
    ...reportRoutes,
    ...searchRoutes,
    ...mentionRoutes,
    ...eventRoutes,
    ...streamRoutes(),
  ];
}

export function createDeskApi(deps: DeskDeps): express.Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  mount(router, deskRoutes(), deps);
  return router;
}
