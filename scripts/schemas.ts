import { z } from 'zod';
import {
  comparisonJsonSchema,
  evaluationReportJsonSchema,
  importedMappingJsonSchema,
  mappingJsonSchema,
  mappingReportJsonSchema,
  mappingSearchReportJsonSchema,
  reproductionSchema,
  runReportJsonSchema,
  systemJsonSchema,
  voltageSweepJsonSchema,
} from '@tally/core';

/** The published schemas: file name under docs/schema and content. */
export function schemaFiles(): readonly (readonly [file: string, text: string])[] {
  const text = (schema: unknown): string => `${JSON.stringify(schema, null, 2)}\n`;
  return [
    ['run-report.schema.json', text(runReportJsonSchema())],
    ['comparison.schema.json', text(comparisonJsonSchema())],
    ['voltage-sweep.schema.json', text(voltageSweepJsonSchema())],
    ['mapping.schema.json', text(mappingJsonSchema())],
    ['mapping-report.schema.json', text(mappingReportJsonSchema())],
    ['mapping-search.schema.json', text(mappingSearchReportJsonSchema())],
    ['imported-mapping.schema.json', text(importedMappingJsonSchema())],
    ['system.schema.json', text(systemJsonSchema())],
    ['evaluation-report.schema.json', text(evaluationReportJsonSchema())],
    [
      'reproduction.schema.json',
      text({ title: 'Tally reproduction rows', ...z.toJSONSchema(reproductionSchema) }),
    ],
  ];
}
