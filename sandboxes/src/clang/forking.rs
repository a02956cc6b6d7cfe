//! Copies of a process in which clang has begun: each compiles one program.
//!
//! A quarter of what clang does for a small program is the reading of headers, which are always the
//! same. So a process of ours lets it begin, up to where it asks for the program's own text, and forks
//! there for each program that comes. It sees no text of anybody else's itself. A copy shuts the wall
//! around itself before it reads its program, and is gone once it has answered.
//!
//! Requests come as sockets, over the socket that is the process's standard output: its copy reads a
//! program from it and writes back what was made.

use std::cell::OnceCell;
use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process;
use std::rc::Rc;

use rustix::cmsg_space;
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};
use rustix::process::{WaitOptions, waitpid};

use super::building;
use super::sources::{Beginning, Source};
use crate::Fault;
use crate::confine::Building;
use crate::kept::Made;
use crate::worker::{receive, send};

/// What a copy answers.
pub(super) type Answer = Result<Made, Fault>;

/// Lets clang begin and forks for each request, until nobody can send one any more.
pub(crate) fn serve(guest: &Path, beginning: Beginning, building: Building) -> io::Result<()> {
    let compiler = match building::open(guest) {
        Ok(compiler) => compiler,
        Err(fault) => return refuse_all(&fault),
    };
    let brought = Rc::new(OnceCell::new());
    let bring = brought.clone();
    let ran = compiler.begun(beginning, move || {
        bring.get_or_init(|| become_copy(building)).clone()
    });
    let Some(source) = brought.get() else {
        return refuse_all(&Fault::new("clang did not ask for a program"));
    };
    let answer: Answer = ran.and_then(|ran| compiler.module(source, ran));
    send(&mut io::stdout(), &answer)?;
    // What a copy has of the process that it was made of is not to be taken down in order.
    process::exit(0)
}

/// Answers every request with the same fault.
fn refuse_all(fault: &Fault) -> io::Result<()> {
    while let Some(mut request) = next_request()? {
        // Who asked may be gone.
        let _ = send(&mut request, &Answer::Err(fault.clone()));
    }
    Ok(())
}

/// Forks for each request. Copies come back from here, behind the wall, with their program.
fn become_copy(mut building: Building) -> Source {
    loop {
        let request = next_request();
        clear_away();
        let Ok(Some(mut request)) = request else {
            process::exit(0);
        };
        match fork() {
            Ok(Forked::Parent) => {}
            Ok(Forked::Copy) => {
                if put_on_standard_streams(&request).is_err() {
                    process::exit(1);
                }
                drop(request);
                building.bind_to_parent();
                building.shut_thread();
                drop(building.shut_process());
                match receive(&mut io::stdin()) {
                    Ok(Some(source)) => return source,
                    _ => process::exit(1),
                }
            }
            Err(error) => {
                let fault = Fault::new(format!("cannot start a compiler: {error}"));
                let _ = send(&mut request, &Answer::Err(fault));
            }
        }
    }
}

/// Passes one end of a new socket to the process behind `control`, and gives the other.
pub(super) fn request(control: &UnixStream) -> io::Result<UnixStream> {
    let (ours, theirs) = UnixStream::pair()?;
    let passed = [theirs.as_fd()];
    let mut space = [MaybeUninit::uninit(); cmsg_space!(ScmRights(1))];
    let mut ancillary = SendAncillaryBuffer::new(&mut space);
    ancillary.push(SendAncillaryMessage::ScmRights(&passed));
    sendmsg(
        control,
        &[IoSlice::new(&[0])],
        &mut ancillary,
        SendFlags::NOSIGNAL,
    )?;
    Ok(ours)
}

/// The next request; `None` once nobody can send one.
fn next_request() -> io::Result<Option<UnixStream>> {
    loop {
        let mut space = [MaybeUninit::uninit(); cmsg_space!(ScmRights(1))];
        let mut ancillary = RecvAncillaryBuffer::new(&mut space);
        let mut byte = [0];
        let mut into = [IoSliceMut::new(&mut byte)];
        let flags = RecvFlags::CMSG_CLOEXEC;
        let received = match recvmsg(io::stdout(), &mut into, &mut ancillary, flags) {
            Err(rustix::io::Errno::INTR) => continue,
            received => received?,
        };
        if received.bytes == 0 {
            return Ok(None);
        }
        let passed = ancillary.drain().find_map(|message| match message {
            RecvAncillaryMessage::ScmRights(mut descriptors) => descriptors.next(),
            _ => None,
        });
        if let Some(descriptor) = passed {
            return Ok(Some(descriptor.into()));
        }
    }
}

enum Forked {
    Parent,
    Copy,
}

fn fork() -> io::Result<Forked> {
    #[allow(
        unsafe_code,
        reason = "the only other thread waits for this one to end and holds no lock; a copy goes on \
                  in this thread alone"
    )]
    let number = unsafe { libc::fork() };
    match number {
        0 => Ok(Forked::Copy),
        1.. => Ok(Forked::Parent),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Clears away copies that ended. Their answers are all there is to know, but for the processor time.
fn clear_away() {
    while let Ok(Some(_)) = waitpid(None, WaitOptions::NOHANG) {}
}

/// Makes a socket the standard input and output, which are all that the wall leaves.
fn put_on_standard_streams(socket: &UnixStream) -> io::Result<()> {
    for stream in [libc::STDIN_FILENO, libc::STDOUT_FILENO] {
        #[allow(
            unsafe_code,
            reason = "the standard streams have no owner, and what they were is of no use to a copy"
        )]
        let result = unsafe { libc::dup2(socket.as_raw_fd(), stream) };
        if result < 0 {
            return Err(io::Error::last_os_error());
        }
    }
    Ok(())
}
