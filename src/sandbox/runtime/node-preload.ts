/**
 * Loaded into every Node program of a container (NODE_OPTIONS). What listens everywhere or on localhost listens on the
 * pod's address, so that two pods may want one port; what connects to localhost gets there, too; and the names of
 * Services lead to their addresses. Nothing else of Node is changed. It is CommonJS, and silent: it must never be why a
 * program fails.
 */
export const NODE_PRELOAD = `'use strict';
const { readFileSync } = require('node:fs');
const net = require('node:net');
const dns = require('node:dns');
const own = process.env.ROCKPOOL_POD_ADDRESS;
const LOCAL = new Set(['localhost', '127.0.0.1', '::1', '[::1]', process.env.HOSTNAME]);
const ANY = new Set([undefined, null, '', '0.0.0.0', '::', '[::]']);

function placeOf(name) {
  if (LOCAL.has(name)) return { address: own, ports: {} };
  try {
    return JSON.parse(readFileSync(process.env.ROCKPOOL_NAMES, 'utf8'))[String(name).replace(/\\.$/, '')];
  } catch {
    return undefined;
  }
}

if (own) {
  const { listen } = net.Server.prototype;
  net.Server.prototype.listen = function (...args) {
    const [first, second] = args;
    const isOwn = (host) => ANY.has(host) || LOCAL.has(host);
    if (first !== null && typeof first === 'object') {
      const isPort = first.port !== undefined && first.path === undefined && first.fd === undefined;
      if (isPort && isOwn(first.host)) args[0] = { ...first, host: own };
    } else if (typeof first === 'number' || /^\\d+$/.test(first)) {
      if (typeof second !== 'string' && second !== undefined && second !== null) args.splice(1, 0, own);
      else if (isOwn(second)) args[1] = own;
    }
    return listen.apply(this, args);
  };

  const { connect } = net.Socket.prototype;
  net.Socket.prototype.connect = function (...args) {
    const list = Array.isArray(args[0]) ? args[0] : args;
    if (typeof list[0] === 'object' && list[0] !== null && list[0].path === undefined) {
      const place = placeOf(list[0].host ?? 'localhost');
      const port = place?.ports[list[0].port] ?? list[0].port;
      if (place) list[0] = { ...list[0], host: place.address, port };
    } else if (/^\\d+$/.test(list[0])) {
      const hasHost = typeof list[1] === 'string';
      const place = placeOf(hasHost ? list[1] : 'localhost');
      if (place) list.splice(0, hasHost ? 2 : 1, place.ports[list[0]] ?? list[0], place.address);
    }
    return connect.apply(this, args);
  };

  const { lookup } = dns;
  dns.lookup = function (name, options, callback) {
    const place = placeOf(name);
    if (place) return lookup.call(this, place.address, options, callback);
    return lookup.apply(this, arguments);
  };
  const lookUp = dns.promises.lookup;
  dns.promises.lookup = function (name, options) {
    return lookUp.call(this, placeOf(name)?.address ?? name, options);
  };
}
`;
