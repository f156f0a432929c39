# Two stages, so that pip and its cache stay out of the image. The same installation as `make setup`, without the
# tools for work on the project.

FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
COPY requirements.lock .
RUN /opt/venv/bin/python -m pip install --quiet --require-hashes --no-deps -r requirements.lock

FROM python:3.11-slim
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    OFFCOURSE__STORAGE__URL=sqlite:////data/offcourse.db \
    OFFCOURSE__WEB__HOST=0.0.0.0
# An empty settings file stands there for those who give all settings through the environment.
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin offcourse \
 && install -d -o offcourse -g offcourse -m 0700 /data \
 && install -d -m 0755 /config \
 && touch /config/config.toml
COPY --from=build /opt/venv /opt/venv
WORKDIR /app
# The source comes last: a change in it leaves the layers above as they are.
COPY LICENSE pyproject.toml ./
COPY bot bot
COPY adapters adapters
COPY storage storage
USER 10001
VOLUME /data
EXPOSE 8080
# No shell in between, so that SIGTERM arrives and work under way is finished.
CMD ["python", "-m", "bot", "run", "--config", "/config/config.toml"]
