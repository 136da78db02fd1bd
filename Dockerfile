# syntax=docker/dockerfile:1

# Style sheets and scripts.
FROM node:24-slim AS front
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY static ./static
RUN npm run build

# Python packages, from the lock file with hashes.
FROM python:3.13-slim AS packages
COPY requirements/base.lock /tmp/base.lock
RUN python -m venv /srv/venv && \
    /srv/venv/bin/pip install --no-cache-dir --require-hashes --no-deps --requirement /tmp/base.lock

FROM python:3.13-slim
ENV PATH=/srv/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 LANG=C.UTF-8 TZ=Asia/Shanghai
RUN useradd --system --uid 10001 --home-dir /srv/app --shell /usr/sbin/nologin shimen && \
    mkdir -p /srv/var/media /srv/var/static && chown -R shimen /srv/var
COPY --from=packages /srv/venv /srv/venv
WORKDIR /srv/app
COPY . .
COPY --from=front /build/static/dist ./static/dist
# Static files are collected with throw-away secrets of the trial, which do not stay in the image.
RUN SHIMEN_MODE=trial SHIMEN_VAR=/tmp/build python manage.py collectstatic --no-input --verbosity 0 && \
    cp -r /tmp/build/static /srv/var/ && rm -rf /tmp/build
USER shimen
EXPOSE 8000
CMD ["gunicorn", "shimen.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", \
     "--threads", "4", "--no-control-socket"]
