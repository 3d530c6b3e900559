import type { MapResults } from '../run.ts';

/** What the page of a mapping shows. */
export type MappingPage = Pick<MapResults, 'report' | 'search' | 'sample' | 'command'>;
