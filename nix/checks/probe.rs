// What Rust extensions lean on: threads, panics that unwind and are caught (in one thread, from another), a HashMap with
// its random seed, a time, and the network, here the loopback.
use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::panic;
use std::thread;
use std::time::Instant;

struct Told<'a>(&'a mut bool);

impl Drop for Told<'_> {
    fn drop(&mut self) {
        *self.0 = true;
    }
}

fn main() {
    let started = Instant::now();
    panic::set_hook(Box::new(|_| {}));

    let mut unwound = false;
    let caught = panic::catch_unwind(panic::AssertUnwindSafe(|| {
        let _told = Told(&mut unwound);
        panic!("caught here");
    }));
    let message = *caught.unwrap_err().downcast::<&str>().unwrap();
    assert!(unwound && message == "caught here");
    assert!(thread::spawn(|| panic!("in a thread")).join().is_err());

    let workers: Vec<_> = (0..4u64)
        .map(|n| thread::spawn(move || (0..=1000u64).map(|i| i * n).sum::<u64>()))
        .collect();
    let sums: HashMap<usize, u64> = workers
        .into_iter()
        .enumerate()
        .map(|(n, worker)| (n, worker.join().unwrap()))
        .collect();
    assert_eq!(sums.values().sum::<u64>(), 3_003_000);

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = thread::spawn(move || listener.accept().unwrap().0.write_all(b"over the wire").unwrap());
    let mut text = String::new();
    TcpStream::connect(address).unwrap().read_to_string(&mut text).unwrap();
    server.join().unwrap();
    assert_eq!(text, "over the wire");

    println!("{message}, {} sums, {text}, {:?}", sums.len(), started.elapsed());
}
