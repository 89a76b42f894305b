"""libzmq can do what it can in upstream's own wheels, encrypted messages among it."""

import zmq
from zmq.utils import z85

assert all(map(zmq.has, ("curve", "ipc", "tipc")))

keys = [zmq.curve_keypair() for _ in range(2)]
assert len(z85.decode(keys[0][0])) == len(z85.decode(keys[0][1]))
with zmq.Context() as context, context.socket(zmq.PULL) as server, context.socket(zmq.PUSH) as client:
    server.curve_server = True
    server.curve_secretkey = keys[0][1]
    client.curve_serverkey = keys[0][0]
    client.curve_publickey, client.curve_secretkey = keys[1]
    client.connect(f"tcp://127.0.0.1:{server.bind_to_random_port('tcp://127.0.0.1')}")
    client.send(b"far")
    assert server.poll(30_000)
    assert server.recv() == b"far"
