// Loaded before a program (`--import`): its wall clock is off by CLOCK_OFFSET_MS, as on a machine whose clock was set
// wrongly. The monotonic clock is unchanged. Limitation: timestamps of the system, such as those of files, are not moved.
const RealDate = Date;
const offset = Number(process.env.CLOCK_OFFSET_MS ?? 0);

globalThis.Date = class extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(RealDate.now() + offset);
    else super(...args);
  }

  static now() {
    return RealDate.now() + offset;
  }
};
