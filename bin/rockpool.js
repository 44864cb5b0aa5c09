#!/usr/bin/env node
'use strict';
// Parsed by any Node, also one that is far too old: it starts rockpool on a Node that can run it, or says what is
// needed.
var path = require('path');
var fs = require('fs');

var NEEDED = [22, 22];
var have = process.versions.node.split('.').map(Number);

if (have[0] > NEEDED[0] || (have[0] === NEEDED[0] && have[1] >= NEEDED[1])) {
  require('./start.js');
} else {
  startOn(path.join(__dirname, '..', 'node_modules', 'node', 'bin', 'node'));
}

/** A checkout brings a newer Node along. */
function startOn(node) {
  if (!fs.existsSync(node)) {
    console.error(
      'rockpool needs Node ' + NEEDED.join('.') + ' or later; this is ' + process.versions.node + '. Install a newer Node, or run npm ci in a checkout of rockpool: it brings one along.'
    );
    process.exit(2);
  }
  var child = require('child_process').spawn(node, process.argv.slice(1), { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  ['SIGTERM', 'SIGHUP', 'SIGINT'].forEach(function (signal) {
    process.on(signal, function () {
      // A terminal sends its SIGINT to both processes; one that comes by kill reaches only this one.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  });
  // The channel carries nothing: that it closes tells the child that this process was killed.
  child.on('error', function (error) {
    console.error('rockpool cannot start ' + node + ': ' + error.message);
    process.exit(1);
  });
  child.on('exit', function (code, signal) {
    if (!signal) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
