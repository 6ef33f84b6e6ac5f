# Three images from one file: `app` (everything but chaincode), `chaincode` (rules only), `front` (build stage).
# Base images are named by tag here; a release pins them by digest.
FROM node:20-bookworm-slim AS front
WORKDIR /src/dashboards
COPY dashboards/package.json dashboards/package-lock.json dashboards/.npmrc ./
RUN npm ci
COPY dashboards/ ./
RUN npm run build

FROM python:3.11-slim-bookworm AS app
RUN apt-get update && apt-get install -y --no-install-recommends \
        mosquitto libpango-1.0-0 libpangoft2-1.0-0 fonts-noto-cjk \
    && rm -rf /var/lib/apt/lists/*
ENV PYTHONSAFEPATH=1 PYTHONUNBUFFERED=1 PYTHONPATH=/app:/app/platform:/app/fabric TANHENG_HOME=/var/lib/tanheng
WORKDIR /app
COPY requirements/runtime.lock requirements/runtime.lock
RUN pip install --no-cache-dir --require-hashes -r requirements/runtime.lock
COPY pyproject.toml LICENSE README.md ./
COPY platform/ platform/
COPY fabric/ fabric/
COPY tenants/ tenants/
COPY ingest/ ingest/
COPY accounting/ accounting/
COPY market/ market/
COPY agent/ agent/
COPY --from=front /src/dashboards/dist dashboards/dist
RUN useradd --system --uid 10001 tanheng && install -d -o tanheng -m 0700 /var/lib/tanheng
USER tanheng
ENTRYPOINT ["python"]
CMD ["-m", "operations", "--help"]

FROM python:3.11-slim-bookworm AS chaincode
ENV PYTHONSAFEPATH=1 PYTHONUNBUFFERED=1 PYTHONPATH=/app:/app/platform
WORKDIR /app
COPY requirements/chaincode.lock requirements/chaincode.lock
RUN pip install --no-cache-dir --require-hashes -r requirements/chaincode.lock
COPY platform/lexicon/ platform/lexicon/
COPY chaincode/ chaincode/
RUN useradd --system --uid 10002 chaincode
USER chaincode
ENTRYPOINT ["python"]
CMD ["-m", "chaincode.server", "--address", "127.0.0.1:17061"]
