import { readFileSync, statSync } from "node:fs";

/** SQLite's lock bytes (https://sqlite.org/src/file/src/os.h, and unixShmLock in os_unix.c). */
const SHARED_FIRST = 0x40000002;
const SHM_IN_USE = 128;

/**
 * Which of the two POSIX locks a process lacks that tell other processes that a database in WAL mode is in use: on the
 * file itself, and on its -shm. Without either, whoever closes the file next deletes its WAL.
 */
export function missingLocks(path: string, pid = process.pid): string[] {
  const held = readFileSync("/proc/locks", "utf8")
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1] === "POSIX" && Number(fields[4]) === pid);
  const holds = (file: string, byte: number) =>
    held.some(([, , , , , place = "", from, to]) => {
      const inode = Number(place.split(":").at(-1));
      return inode === statSync(file).ino && Number(from) <= byte && (to === "EOF" || Number(to) >= byte);
    });
  return [
    ...(holds(path, SHARED_FIRST) ? [] : ["the file"]),
    ...(holds(`${path}-shm`, SHM_IN_USE) ? [] : ["its -shm"]),
  ];
}
