import { list, object, optional, word } from '../validation/shape.js';

/** All categories. */
export const CATEGORIES = [
  'Development & IT',
  'ERP',
  'Supply Chain & Logistics',
  'Communication',
  'Accounting',
  'Hospitality',
  'Productivity',
  'HR',
  'CRM',
  'AI/LLMs',
  'eCommerce',
  'Business Operations',
] as const;

/** A category of connectors. */
export type Category = (typeof CATEGORIES)[number];

/** The categories to assign to a connector. */
export const categoriesUpdate = object({ categories: optional(list(word(...CATEGORIES))) });
