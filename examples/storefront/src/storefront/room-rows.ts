import type { Region, Row } from "./row.ts";

export interface LiveRoomRow extends Row {
  readonly merchantId: string;
  readonly title: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** JSON: array of ids. */
  readonly productIds: string;
}

export interface ChatRow extends Row {
  readonly roomId: string;
  readonly merchantId: string;
  readonly region: Region;
  readonly viewerId: string;
  readonly nickname: string;
  readonly text: string;
  readonly saidAt: string;
  readonly ip: string;
  readonly browser: string;
}

/** One group of a live room's viewers, counted when the room closes. */
export interface AudienceRow extends Row {
  readonly roomId: string;
  readonly merchantId: string;
  readonly country: string;
  readonly viewers: number;
  readonly averageSeconds: number;
  readonly likes: number;
  readonly clicks: number;
}
