/** What the languages of the shop's services print when something fails; `\n` inside, as loggers send them. */
export const JAVA_TIMEOUT = [
  'com.moashop.payment.GatewayTimeoutException: no answer from pg.example-pay.kr within 3000 ms',
  '\tat com.moashop.payment.pg.PgClient.authorize(PgClient.java:142)',
  '\tat com.moashop.payment.PaymentService.charge(PaymentService.java:88)',
  '\tat com.moashop.payment.PaymentController.post(PaymentController.java:41)',
  '\tat org.springframework.web.servlet.FrameworkServlet.service(FrameworkServlet.java:885)',
  '\tat java.base/java.lang.Thread.run(Thread.java:1583)',
  'Caused by: java.net.SocketTimeoutException: Read timed out',
  '\tat java.base/sun.nio.ch.NioSocketImpl.timedRead(NioSocketImpl.java:278)',
  '\t... 24 more',
].join('\n');

export const JAVA_POOL = [
  'java.sql.SQLTransientConnectionException: HikariPool-1 - Connection is not available, request timed out after 30000ms',
  '\tat com.zaxxer.hikari.pool.HikariPool.createTimeoutException(HikariPool.java:696)',
  '\tat com.zaxxer.hikari.pool.HikariPool.getConnection(HikariPool.java:181)',
  '\tat com.moashop.payment.LedgerRepository.insert(LedgerRepository.java:57)',
].join('\n');

export const PYTHON_STOCK = [
  'Traceback (most recent call last):',
  '  File "/app/catalogue/api.py", line 73, in get_product',
  '    stock = inventory.lookup(sku)',
  '  File "/app/catalogue/inventory.py", line 31, in lookup',
  '    return self._cache[sku]["available"]',
  "KeyError: 'available'",
].join('\n');

export const NODE_UPSTREAM = [
  'Error: upstream payment answered 504',
  '    at PaymentClient.charge (file:///app/src/clients/payment.js:64:13)',
  '    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)',
  '    at async placeOrder (file:///app/src/orders/place-order.js:38:21)',
  '    at async file:///app/src/routes/checkout.js:22:19',
].join('\n');
