import { parseImageName } from '../../build/image-name.ts';

/** Official images of Docker Hub. */
const OFFICIAL =
  /^(?:postgres|postgis|mysql|mariadb|percona|mongo|redis|valkey|memcached|rabbitmq|nats|kafka|zookeeper|elasticsearch|kibana|logstash|nginx|httpd|caddy|traefik|haproxy|envoy|busybox|alpine|ubuntu|debian|fedora|node|python|golang|ruby|php|perl|openjdk|eclipse-temurin|wordpress|adminer|vault|consul|registry|minio|grafana|prometheus|influxdb|cassandra|couchdb|neo4j|solr|eclipse-mosquitto|docker|fluentd|telegraf|ghost|drupal|joomla|nextcloud|tomcat|jenkins|sonarqube|phpmyadmin|varnish|hello-world)(?:-.*)?$/;

/** Where others publish: registries and organisations whose images a project runs and does not build. */
const OTHERS =
  /^(?:(?:registry\.)?k8s\.(?:io|gcr\.io)|gcr\.io\/(?:google[-_]containers|google-containers|kaniko-project|distroless)|quay\.io\/(?:jetstack|prometheus|coreos|minio|keycloak|argoproj|cilium)|mcr\.microsoft\.com|docker\.elastic\.co|cr\.l5d\.io|bitnami|bitnamilegacy|prom|grafana|fluent|envoyproxy|hashicorp|confluentinc|jaegertracing|otel|openzipkin|istio|linkerd|nginxinc|minio|mailhog|axllent|maildev|dpage|pgvector|postgis|timescale|rediscommander|curlimages|localstack|amazon|provectuslabs|wurstmeister|kong|elastic|opensearchproject|clickhouse|nginxdemos|traefik|ghcr\.io\/(?:cloudnative-pg|open-telemetry|external-secrets))\//;

/** Whether an image may be one that a project builds: what is not known to be somebody else's. Pure. */
export function isOwn(ref: string): boolean {
  const { repository } = parseImageName(ref);
  return repository.includes('/') ? !OTHERS.test(repository) : !OFFICIAL.test(repository);
}
