/** The organisation of the sandbox; a real application takes it from its own configuration, or from the user's claims. */
export const path = { organisation_id: '01JA000000000000000000DEM0' };
