-- level:error | count by service
SELECT c0 AS v0, c1 AS v1 FROM (SELECT service AS c0, sum(events) AS c1 FROM (SELECT project, service, environment, level, toDateTime64(time, 9, 'UTC') AS timestamp, events FROM logs_10s WHERE project = {p0:String} AND time >= toDateTime({p1:Int64}, 'UTC') AND time < toDateTime({p2:Int64}, 'UTC') AND expires > now() - toIntervalDay(1) AND level = {p3:String}) GROUP BY c0) ORDER BY c1 DESC NULLS LAST, c0 LIMIT {p4:UInt64}

-- timeout | count by http.status
SELECT c0 AS v0, c1 AS v1 FROM (SELECT attributes[{p0:String}] AS c0, count() AS c1 FROM logs WHERE project = {p1:String} AND timestamp >= fromUnixTimestamp64Nano({p2:Int64}, 'UTC') AND timestamp < fromUnixTimestamp64Nano({p3:Int64}, 'UTC') AND (hasAllTokens(lower(if(lengthUTF8(message) = length(message), message, replaceRegexpAll(message, '([^\\x00-\\x7f]+)', ' \\1 '))), {p4:Array(String)})) GROUP BY c0) ORDER BY c1 DESC NULLS LAST, c0 LIMIT {p5:UInt64}

-- timeout | timechart 1m p99(ms) by url
SELECT c3 AS v0, c1 AS v1, c2 AS v2 FROM (SELECT *, fromUnixTimestamp64Milli({p0:Int64} + toInt64(c0) * {p1:Int64}, 'UTC') AS c3 FROM (SELECT * FROM (SELECT intDiv(toUnixTimestamp64Milli(timestamp) - {p2:Int64}, {p3:Int64}) AS c0, if(has((SELECT topK(20)(toString(attributes[{p4:String}])) FROM logs WHERE project = {p5:String} AND timestamp >= fromUnixTimestamp64Nano({p6:Int64}, 'UTC') AND timestamp < fromUnixTimestamp64Nano({p7:Int64}, 'UTC') AND (hasAllTokens(lower(if(lengthUTF8(message) = length(message), message, replaceRegexpAll(message, '([^\\x00-\\x7f]+)', ' \\1 '))), {p8:Array(String)}))), toString(attributes[{p9:String}])), toString(attributes[{p10:String}]), {p11:String}) AS c1, quantileOrNull(0.99)(toFloat64OrNull(attributes[{p12:String}])) AS c2 FROM logs WHERE project = {p13:String} AND timestamp >= fromUnixTimestamp64Nano({p14:Int64}, 'UTC') AND timestamp < fromUnixTimestamp64Nano({p15:Int64}, 'UTC') AND (hasAllTokens(lower(if(lengthUTF8(message) = length(message), message, replaceRegexpAll(message, '([^\\x00-\\x7f]+)', ' \\1 '))), {p16:Array(String)})) GROUP BY c0, c1) ORDER BY c1, c0 WITH FILL FROM 0 TO 10)) ORDER BY c3, c1 LIMIT {p17:UInt64}

-- | timechart 1m by service
SELECT c3 AS v0, c1 AS v1, c2 AS v2 FROM (SELECT *, fromUnixTimestamp64Milli({p0:Int64} + toInt64(c0) * {p1:Int64}, 'UTC') AS c3 FROM (SELECT * FROM (SELECT intDiv(toUnixTimestamp64Milli(timestamp) - {p2:Int64}, {p3:Int64}) AS c0, toString(service) AS c1, sum(events) AS c2 FROM (SELECT project, service, environment, level, toDateTime64(time, 9, 'UTC') AS timestamp, events FROM logs_10s WHERE project = {p4:String} AND time >= toDateTime({p5:Int64}, 'UTC') AND time < toDateTime({p6:Int64}, 'UTC') AND expires > now() - toIntervalDay(1)) GROUP BY c0, c1) ORDER BY c1, c0 WITH FILL FROM 0 TO 10)) ORDER BY c3, c1 LIMIT {p7:UInt64}

-- timeout | top 5 url
SELECT c0 AS v0, c1 AS v1, c2 AS v2 FROM (SELECT *, round(100 * c1 / sum(c1) OVER (), 2) AS c2 FROM (SELECT attributes[{p0:String}] AS c0, count() AS c1 FROM logs WHERE project = {p1:String} AND timestamp >= fromUnixTimestamp64Nano({p2:Int64}, 'UTC') AND timestamp < fromUnixTimestamp64Nano({p3:Int64}, 'UTC') AND (hasAllTokens(lower(if(lengthUTF8(message) = length(message), message, replaceRegexpAll(message, '([^\\x00-\\x7f]+)', ' \\1 '))), {p4:Array(String)})) AND (attributes[{p5:String}] != '') GROUP BY c0) ORDER BY c1 DESC, c0 LIMIT {p6:UInt64}) ORDER BY c1 DESC, c0 LIMIT {p7:UInt64}

-- timeout | rare 5 url
SELECT c0 AS v0, c1 AS v1, c2 AS v2 FROM (SELECT *, round(100 * c1 / sum(c1) OVER (), 2) AS c2 FROM (SELECT attributes[{p0:String}] AS c0, count() AS c1 FROM logs WHERE project = {p1:String} AND timestamp >= fromUnixTimestamp64Nano({p2:Int64}, 'UTC') AND timestamp < fromUnixTimestamp64Nano({p3:Int64}, 'UTC') AND (hasAllTokens(lower(if(lengthUTF8(message) = length(message), message, replaceRegexpAll(message, '([^\\x00-\\x7f]+)', ' \\1 '))), {p4:Array(String)})) AND (attributes[{p5:String}] != '') GROUP BY c0) ORDER BY c1 ASC, c0 LIMIT {p6:UInt64}) ORDER BY c1 ASC, c0 LIMIT {p7:UInt64}

-- timeout | stats count(), count_if(ms > 5), distinct(user), sum(ms), avg(ms), first(url), rate() by host
SELECT c0 AS v0, c1 AS v1, c2 AS v2, c3 AS v3, c4 AS v4, c5 AS v5, c6 AS v6, c7 AS v7 FROM (SELECT host AS c0, count() AS c1, countIf(ifNull(toFloat64OrNull(attributes[{p0:String}]) > {p1:Float64}, 0)) AS c2, uniqIf(attributes[{p2:String}], attributes[{p3:String}] != '') AS c3, ifNull(sumIf(toFloat64OrNull(attributes[{p4:String}]), ifNull(isFinite(toFloat64OrNull(attributes[{p5:String}])), 0)), 0) AS c4, avgOrNullIf(toFloat64OrNull(attributes[{p6:String}]), ifNull(isFinite(toFloat64OrNull(attributes[{p7:String}])), 0)) AS c5, argMinIf(attributes[{p8:String}], timestamp, attributes[{p9:String}] != '') AS c6, count() / {p10:Float64} AS c7 FROM logs WHERE project = {p11:String} AND timestamp >= fromUnixTimestamp64Nano({p12:Int64}, 'UTC') AND timestamp < fromUnixTimestamp64Nano({p13:Int64}, 'UTC') AND (hasAllTokens(lower(if(lengthUTF8(message) = length(message), message, replaceRegexpAll(message, '([^\\x00-\\x7f]+)', ' \\1 '))), {p14:Array(String)})) GROUP BY c0) ORDER BY c1 DESC NULLS LAST, c0 LIMIT {p15:UInt64}

-- | where ms > 200 and not level:info
SELECT timestamp AS v0, level AS v1, service AS v2, message AS v3 FROM logs WHERE project = {p0:String} AND timestamp >= fromUnixTimestamp64Nano({p1:Int64}, 'UTC') AND timestamp < fromUnixTimestamp64Nano({p2:Int64}, 'UTC') AND (ifNull(toFloat64OrNull(attributes[{p3:String}]) > {p4:Float64}, 0) AND (NOT (level = {p5:String}))) ORDER BY timestamp DESC LIMIT {p6:UInt64}

-- | stats avg(ms) as a by host | where a > 1 | sort a desc | limit 20 | fields host
SELECT c0 AS v0 FROM (SELECT * FROM (SELECT host AS c0, avgOrNullIf(toFloat64OrNull(attributes[{p0:String}]), ifNull(isFinite(toFloat64OrNull(attributes[{p1:String}])), 0)) AS c1 FROM logs WHERE project = {p2:String} AND timestamp >= fromUnixTimestamp64Nano({p3:Int64}, 'UTC') AND timestamp < fromUnixTimestamp64Nano({p4:Int64}, 'UTC') GROUP BY c0) WHERE ifNull(c1 > {p5:Float64}, 0) ORDER BY c1 DESC NULLS LAST LIMIT {p6:UInt64}) ORDER BY c1 DESC NULLS LAST LIMIT {p7:UInt64}

-- | sort url desc
SELECT timestamp AS v0, level AS v1, service AS v2, message AS v3 FROM logs WHERE project = {p0:String} AND timestamp >= fromUnixTimestamp64Nano({p1:Int64}, 'UTC') AND timestamp < fromUnixTimestamp64Nano({p2:Int64}, 'UTC') ORDER BY attributes[{p3:String}] = '', toFloat64OrNull(attributes[{p4:String}]) DESC NULLS LAST, attributes[{p5:String}] DESC LIMIT {p6:UInt64}

-- | parse "took * ms" as took
SELECT timestamp AS v0, level AS v1, service AS v2, message AS v3, c0[1] AS v4 FROM (SELECT *, extractGroups(toString(message), {p0:String}) AS c0 FROM logs WHERE project = {p1:String} AND timestamp >= fromUnixTimestamp64Nano({p2:Int64}, 'UTC') AND timestamp < fromUnixTimestamp64Nano({p3:Int64}, 'UTC')) ORDER BY timestamp DESC LIMIT {p4:UInt64}

-- | extract /user=(?<user>\d+)/
SELECT timestamp AS v0, level AS v1, service AS v2, message AS v3, c0[1] AS v4 FROM (SELECT *, extractGroups(toString(message), {p0:String}) AS c0 FROM logs WHERE project = {p1:String} AND timestamp >= fromUnixTimestamp64Nano({p2:Int64}, 'UTC') AND timestamp < fromUnixTimestamp64Nano({p3:Int64}, 'UTC')) ORDER BY timestamp DESC LIMIT {p4:UInt64}

-- | eval ratio = round(errors / total, 2), name = coalesce(user, "none")
SELECT timestamp AS v0, level AS v1, service AS v2, message AS v3, c0 AS v4, c1 AS v5 FROM (SELECT *, ifNull(coalesce(nullIf(attributes[{p0:String}], ''), nullIf({p1:String}, '')), '') AS c1 FROM (SELECT *, arrayMap((n, p) -> round(n * p) / p, [toFloat64((toFloat64OrNull(attributes[{p2:String}]) / toFloat64OrNull(attributes[{p3:String}])))], [pow(10, ifNull(accurateCastOrNull(floor(toFloat64({p4:Float64})), 'Int32'), 0))])[1] AS c0 FROM logs WHERE project = {p5:String} AND timestamp >= fromUnixTimestamp64Nano({p6:Int64}, 'UTC') AND timestamp < fromUnixTimestamp64Nano({p7:Int64}, 'UTC'))) ORDER BY timestamp DESC LIMIT {p8:UInt64}

-- | dedup host
SELECT timestamp AS v0, level AS v1, service AS v2, message AS v3 FROM (SELECT * FROM logs WHERE project = {p0:String} AND timestamp >= fromUnixTimestamp64Nano({p1:Int64}, 'UTC') AND timestamp < fromUnixTimestamp64Nano({p2:Int64}, 'UTC') ORDER BY timestamp DESC LIMIT 1 BY host) ORDER BY timestamp DESC LIMIT {p3:UInt64}

-- | sample 1000
SELECT timestamp AS v0, level AS v1, service AS v2, message AS v3 FROM (SELECT * FROM logs WHERE project = {p0:String} AND timestamp >= fromUnixTimestamp64Nano({p1:Int64}, 'UTC') AND timestamp < fromUnixTimestamp64Nano({p2:Int64}, 'UTC') ORDER BY rand() LIMIT {p3:UInt64}) ORDER BY timestamp DESC LIMIT {p4:UInt64}
