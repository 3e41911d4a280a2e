import { type Nginx, startNginx as startNginxWith } from '../../support/nginx.ts'

/** nginx as a bare reverse proxy in front of the engine: one worker, because the gateway is one process; connections kept open; nothing buffered. */
export function startNginx(folder: string, engine_port: number): Promise<Nginx> {
  return startNginxWith(
    folder,
    (port) => `
  upstream engine {
    server 127.0.0.1:${engine_port};
    keepalive 512;
    keepalive_requests 1000000;
  }
  server {
    listen 127.0.0.1:${port};
    keepalive_requests 1000000;
    location / {
      proxy_pass http://engine;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
    }
  }`,
  )
}
