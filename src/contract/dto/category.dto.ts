import { IsOptional, IsEnumArray } from '../validation/validators.js';

/** Every category of the public library. */
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

/** A category of the public library. */
export type Category = (typeof CATEGORIES)[number];

/** The categories that a connector is to have. */
export class CategoriesUpdate {
  /** All categories; replaces the current ones. */
  @IsOptional()
  @IsEnumArray(CATEGORIES)
  categories?: Category[];
}
