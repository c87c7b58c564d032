# Gusset as a service: docker build -t gusset . && docker run -v gusset-data:/data -p 8000:8000 -e GUSSET_MASTER_KEY gusset
#
# The flags below are those that `gusset permissions --serve 0.0.0.0:8000` prints for pipelines/connections.yaml. Once you have put your own
# connections there, print them again and put them in their place: the process reaches what they name, and nothing else. A test keeps them
# in step with the files in this repository.
FROM denoland/deno:2.9.6

ENV DENO_DIR=/deno-dir DENO_NO_UPDATE_CHECK=1 NO_COLOR=1 GUSSET_HOME=/data
WORKDIR /app
COPY deno.json deno.lock main.ts ./
COPY connectors connectors
COPY engine engine
COPY schemas schemas
COPY pipelines pipelines
# Packages are taken from the lock file while the image is built; nothing is fetched when it runs.
RUN deno install --frozen --entrypoint main.ts && deno check main.ts \
  && mkdir /data && chown deno:deno /data && chmod 700 /data

USER deno
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD \
  ["deno", "eval", "--no-check", "const { ok } = await fetch('http://127.0.0.1:8000/healthz'); Deno.exit(ok ? 0 : 1)"]

ENTRYPOINT ["deno", "run", "--cached-only", "--no-check", "--v8-flags=--max-semi-space-size=16,--heap-growing-percent=60", \
  "--no-prompt", \
  "--allow-net=0.0.0.0:8000,api.procore.com:443,ebs.example.com:4443,login.procore.com:443", \
  "--allow-read=pipelines,/data", \
  "--allow-write=/data", \
  "--allow-env=GUSSET_HOME,GUSSET_KV,GUSSET_MASTER_KEY,GUSSET_MASTER_KEY_NEXT,GUSSET_TOKEN,GUSSET_USER,HOSTNAME,NO_COLOR,TERM,USER,USERNAME", \
  "--ignore-env", \
  "main.ts"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
