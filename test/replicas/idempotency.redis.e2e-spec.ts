import { hasRedis, WITHOUT_REDIS } from '../support/redis.js';
import { describeIdempotency } from './idempotency.suite.js';

describeIdempotency(`three replicas by Redis${WITHOUT_REDIS}`, 'Redis', hasRedis());
