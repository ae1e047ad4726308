-- Prints what wrk found out as one line of JSON. Arguments: the method and the file that holds the body.
function init(args)
  wrk.method = args[1]
  if args[2] then
    local file = io.open(args[2], "rb")
    wrk.body = file:read("*a")
    file:close()
  end
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format(
    '{"requests":%d,"us":%d,"bytes":%d,"refused":%d,"broken":%d,"p50Us":%d,"p99Us":%d}',
    summary.requests, summary.duration, summary.bytes, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
