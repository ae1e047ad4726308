// Each script touches only the key that it is given, so clusters run it too. Scripts are sent whole (EVAL): the server
// caches by text, and no call needs a second round trip.

/** ARGV: milliseconds to the nearer limit, then names and values of all fields. */
export const CREATE = `
  redis.call('HSET', KEYS[1], unpack(ARGV, 2))
  redis.call('PEXPIRE', KEYS[1], ARGV[1])`;

/** ARGV: the version it was made from, the new content. Answers 1, or 0 when it is at another version or gone. */
export const REPLACE = `
  if redis.call('HGET', KEYS[1], 'version') ~= ARGV[1] then return 0 end
  redis.call('HSET', KEYS[1], 'version', ARGV[1] + 1, 'sealed', ARGV[2])
  return 1`;

/** ARGV: the new idle limit, now. Never moves it back, nor beyond the absolute one. */
export const EXTEND = `
  local limits = redis.call('HMGET', KEYS[1], 'idleExpiresAt', 'expiresAt')
  if not limits[1] or tonumber(ARGV[1]) <= tonumber(limits[1]) then return end
  redis.call('HSET', KEYS[1], 'idleExpiresAt', ARGV[1])
  redis.call('PEXPIRE', KEYS[1], math.min(ARGV[1], limits[2]) - ARGV[2])`;

/** Answers the owner and the provider's session of what it removed, for their indexes; nothing when it was not there. */
export const REMOVE = `
  local names = redis.call('HMGET', KEYS[1], 'owner', 'providerSession')
  if redis.call('DEL', KEYS[1]) == 0 then return nil end
  return names`;

/** An index is a sorted set of ids by their absolute limit. ARGV: now, limit, id. Takes out what is over by itself. */
export const INDEX = `
  redis.call('ZADD', KEYS[1], ARGV[2], ARGV[3])
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[1])
  redis.call('PEXPIRE', KEYS[1], redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')[2] - ARGV[1])`;

/** ARGV: holder, milliseconds. Answers 1, or 0 while another one holds it. */
export const LEASE = `
  local holder = redis.call('GET', KEYS[1])
  if holder and holder ~= ARGV[1] then return 0 end
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  return 1`;

/** ARGV: holder. */
export const RELEASE = `
  if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end`;

/** ARGV: who must hold it or nothing, holder, version, content, milliseconds. Answers 1, or 0 when it was not to be. */
export const CLAIM = `
  local held = redis.call('HMGET', KEYS[1], 'holder', 'version')
  if (held[1] or '') ~= ARGV[1] then return 0 end
  if held[1] == ARGV[2] and tonumber(held[2]) >= tonumber(ARGV[3]) then return 0 end
  if ARGV[6] ~= '' and held[2] ~= ARGV[6] then return 0 end
  redis.call('HSET', KEYS[1], 'holder', ARGV[2], 'version', ARGV[3], 'sealed', ARGV[4])
  redis.call('PEXPIRE', KEYS[1], ARGV[5])
  return 1`;

/**
 * ARGV: the hour, count, bytes, most of each. Fields are `c` and `b` with the hour. Answers 1, or 0 when it is too much;
 * what is given back is never too much.
 */
export const CHARGE = `
  local hour, count, bytes = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
  local used = {c = 0, b = 0}
  local all = redis.call('HGETALL', KEYS[1])
  for i = 1, #all, 2 do
    if tonumber(string.sub(all[i], 2)) <= hour - 24 then redis.call('HDEL', KEYS[1], all[i])
    else used[string.sub(all[i], 1, 1)] = used[string.sub(all[i], 1, 1)] + all[i + 1] end
  end
  if count > 0 and used.c + count > tonumber(ARGV[4]) then return 0 end
  if bytes > 0 and used.b + bytes > tonumber(ARGV[5]) then return 0 end
  redis.call('HINCRBY', KEYS[1], 'c' .. ARGV[1], count)
  redis.call('HINCRBY', KEYS[1], 'b' .. ARGV[1], bytes)
  redis.call('PEXPIRE', KEYS[1], 90000000)
  return 1`;
