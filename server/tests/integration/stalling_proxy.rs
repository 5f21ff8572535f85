//! A TCP proxy on loopback whose traffic a test can hold back, as a network does that drops packets.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A proxy to one address.
pub(crate) struct StallingProxy {
    address: SocketAddr,
    is_stalled: watch::Sender<bool>,
}

impl StallingProxy {
    pub(crate) async fn start(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (is_stalled, stalled) = watch::channel(false);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let stalled = stalled.clone();
                tokio::spawn(async move {
                    flows(stalled.clone()).await;
                    let Ok(server) = TcpStream::connect(target).await else { return };
                    let (client, server) = (client.into_split(), server.into_split());
                    tokio::spawn(copy(client.0, server.1, stalled.clone()));
                    copy(server.0, client.1, stalled).await;
                });
            }
        });
        StallingProxy { address, is_stalled }
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// Holds back all data of all connections, old and new.
    pub(crate) fn stall(&self) {
        self.is_stalled.send_replace(true);
    }
}

async fn flows(mut stalled: watch::Receiver<bool>) {
    // fails only when the proxy is dropped
    let _ = stalled.wait_for(|stalled| !stalled).await;
}

async fn copy(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, stalled: watch::Receiver<bool>) {
    let mut buffer = [0; 16_384];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        flows(stalled.clone()).await;
        if to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
    let _ = to.shutdown().await;
}
