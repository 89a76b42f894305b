// Asks for an address by name, and connects to one that nobody answers at: neither may wait for anything.
use std::net::{TcpStream, ToSocketAddrs};

fn main() {
    let name = ("far.invalid", 443).to_socket_addrs().expect_err("a name was resolved");
    let address = TcpStream::connect("192.0.2.1:443").expect_err("there is a network");
    panic!("{name}; {address}");
}
