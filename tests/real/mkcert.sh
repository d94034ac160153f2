#!/bin/bash
# mkcert.sh DIR
#
# Makes DIR/ca.pem, a certificate authority, and DIR/server.pem with DIR/server.key for localhost and 127.0.0.1.
# EXPIRED=1 makes a certificate that has expired; NAMES=DNS:other.test makes one for another server.
set -euo pipefail
mkdir -p "$1"
cd "$1"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=test authority" \
  -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign \
  -keyout ca.key -out ca.pem 2>/dev/null
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=test server" -keyout server.key -out server.csr 2>/dev/null
cat > server.cnf <<CONF
subjectAltName=${NAMES:-DNS:localhost,IP:127.0.0.1}
basicConstraints=CA:FALSE
keyUsage=digitalSignature
extendedKeyUsage=serverAuth
CONF
days=30
[ -z "${EXPIRED:-}" ] || days=-1
openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days "$days" -extfile server.cnf -out server.pem 2>/dev/null
