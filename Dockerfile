# Packs the distribution that `./mvnw package` leaves. Not tried yet: no container engine was at
# hand where this was written.
FROM eclipse-temurin:25-jre
ARG VERSION=0.1.0-SNAPSHOT
ADD tempo-server/target/tempo-server-${VERSION}.tar.gz /opt/
RUN ln -s /opt/tempo-server-${VERSION} /opt/tempo \
 && /opt/tempo/bin/tempo prepare \
 && useradd --system --home-dir /var/tempo --create-home tempo
USER tempo
WORKDIR /var/tempo
VOLUME /var/tempo
EXPOSE 3200 4317 4318
# The launcher ends in exec, so the server gets SIGTERM itself and flushes before it leaves.
ENTRYPOINT ["/opt/tempo/bin/tempo"]
CMD ["-config.file=/opt/tempo/conf/tempo.yaml"]
