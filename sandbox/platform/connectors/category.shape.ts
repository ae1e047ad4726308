import { list, object, optional, word } from '../validation/shape.js';

/** Every category that there is. */
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

/** A category that connectors are found by. */
export type Category = (typeof CATEGORIES)[number];

/** The categories that a connector gets. */
export const categoriesUpdate = object({ categories: optional(list(word(...CATEGORIES))) });
