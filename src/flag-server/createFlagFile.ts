import { watch } from 'node:fs';
import { readFile, realpath } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

import { FlagFileError } from './FlagFileError.js';
import { removeOldTemporaryFiles, replaceFile } from './replaceFile.js';

/** The flag file on disk, and the content of it that this process last took or wrote. */
export interface FlagFile {
  readonly text: string;
  /**
   * Replaces the content, durably.
   *
   * @throws FlagFileEdited when the file holds anything but `text`; it is then left alone.
   */
  write: (text: string) => Promise<void>;
  /** What is on the disk now. */
  read: () => Promise<string>;
  /** Makes content that was read the content that a write may replace. */
  take: (text: string) => void;
  /** Calls back when the file may have been edited by someone else, until the returned function is called. */
  watch: (onEdit: () => void, onFailure: (reason: string) => void) => () => void;
}

/** The file was edited by someone else since it was last taken. */
export class FlagFileEdited extends Error {
  override name = 'FlagFileEdited';
}

// An editor writes in several steps; a watcher hears of each.
const EDIT_SETTLES_MS = 40;

/**
 * Opens a flag file.
 *
 * @throws FlagFileError when it cannot be read.
 */
export async function createFlagFile(file: string): Promise<FlagFile> {
  // A link to a file stays a link: what it points at is replaced.
  const path = await realpath(file).catch((error: unknown) => refuse(file, error));
  let text = await readText(path, file);
  await removeOldTemporaryFiles(path);

  return {
    get text() {
      return text;
    },
    write: async (next) => {
      const refuseEdited = async (): Promise<void> => {
        if ((await readText(path, file).catch(() => undefined)) !== text) throw new FlagFileEdited(file);
      };
      await refuseEdited();
      await replaceFile(path, next, refuseEdited);
      text = next;
    },
    read: () => readText(path, file),
    take: (read) => {
      text = read;
    },
    watch: (onEdit, onFailure) => watchFile(path, onEdit, onFailure),
  };
}

function watchFile(path: string, onEdit: () => void, onFailure: (reason: string) => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  // The folder is watched, not the file: most editors put a new file in the old one's place.
  const watcher = watch(dirname(path), { persistent: false }, (_event, name) => {
    if (name !== null && name !== basename(path)) return;
    clearTimeout(timer);
    timer = setTimeout(onEdit, EDIT_SETTLES_MS);
  });
  watcher.on('error', (error) => onFailure(error.message));
  return () => {
    clearTimeout(timer);
    watcher.close();
  };
}

async function readText(path: string, file: string): Promise<string> {
  const bytes = await readFile(path).catch((error: unknown) => refuse(file, error));
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new FlagFileError(`${file}: the file is not UTF-8 text`);
  }
}

function refuse(file: string, error: unknown): never {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') {
    throw new FlagFileError(
      `${file} does not exist. Make one, with a flag that is off for example: {"flagValues": {"search-maintenance": false}}`,
    );
  }
  throw new FlagFileError(
    `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
  );
}
