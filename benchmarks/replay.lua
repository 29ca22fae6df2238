-- Replays signed requests that benchmarks/traffic.py prepared, one after the other, and prints what came of it as JSON.

local prepared, place = {}, 0

function init(arguments)
  for number, one in ipairs(dofile(arguments[1])) do
    prepared[number] = wrk.format("POST", "/", one[1], one[2])
  end
  math.randomseed(os.time())
  place = math.random(#prepared)
end

function request()
  place = place % #prepared + 1
  return prepared[place]
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '{"requests": %d, "seconds": %f, "p50": %f, "p99": %f, "refused": %d, "broken": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
