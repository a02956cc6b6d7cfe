//! The standard library's files out of the package's archive.

/// What programs in C and C++ can need: no tool's headers, no other machine's intrinsics.
fn is_wanted(path: &str) -> bool {
    const FOLDERS: [&str; 2] = ["include/c++/", "include/wasm32-wasip1/"];
    const HEADERS: [&str; 8] = [
        "__std",
        "__float",
        "std",
        "float.h",
        "inttypes.h",
        "iso646.h",
        "limits.h",
        "tgmath.h",
    ];
    const LIBRARIES: [&str; 9] = [
        "wasm32-wasip1/libc++.a",
        "wasm32-wasip1/libc++abi.a",
        "wasm32-wasip1/libc-printscan-long-double.a",
        "wasm32-wasip1/libc.a",
        "wasm32-wasip1/libwasi-emulated-process-clocks.a",
        "wasm32-wasip1/libwasi-emulated-signal.a",
        "wasm32-wasip1/crt1-command.o",
        "wasm32-wasip1/crt1-reactor.o",
        "wasm32-unknown-wasip1/libclang_rt.builtins.a",
    ];
    let header = path.strip_prefix("include/").unwrap_or_default();
    let library = path.strip_prefix("lib/").unwrap_or_default();
    FOLDERS.iter().any(|folder| path.starts_with(folder))
        || HEADERS.iter().any(|name| header.starts_with(name))
        || LIBRARIES.contains(&library)
}

/// The wanted files of an archive, with their paths under `usr`.
pub(super) fn unpack(archive: &[u8]) -> Result<Vec<(String, Vec<u8>)>, &'static str> {
    const BLOCK: usize = 512;
    let mut files = Vec::new();
    let mut rest = archive;
    while let Some((head, behind)) = rest.split_at_checked(BLOCK) {
        // The archive ends with empty blocks.
        if head[0] == 0 {
            break;
        }
        let text = |from: usize, to: usize| {
            let bytes = head[from..to].split(|byte| *byte == 0).next();
            std::str::from_utf8(bytes.unwrap_or_default()).map_err(|_| "a damaged name")
        };
        let size = usize::from_str_radix(text(124, 136)?.trim(), 8);
        let size = size.map_err(|_| "a damaged length")?;
        let (prefix, name) = (text(345, 500)?, text(0, 100)?);
        let path = match prefix {
            "" => name.to_owned(),
            prefix => format!("{prefix}/{name}"),
        };
        let content = behind.get(..size).ok_or("the archive ends early")?;
        if matches!(head[156], b'0' | 0) && is_wanted(&path) {
            files.push((format!("usr/{path}"), content.to_vec()));
        }
        rest = behind
            .get(size.next_multiple_of(BLOCK)..)
            .unwrap_or_default();
    }
    if files.is_empty() {
        return Err("nothing that programs need is in it");
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, content: &[u8]) -> Vec<u8> {
        let mut block = vec![0; 512];
        block[..name.len()].copy_from_slice(name.as_bytes());
        block[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
        block[156] = b'0';
        block.extend(content);
        block.resize(block.len().next_multiple_of(512), 0);
        block
    }

    #[test]
    fn only_what_programs_need_is_unpacked() {
        let archive = [
            entry("include/c++/v1/vector", &[b'x'; 600]),
            entry("include/altivec.h", b"no"),
            entry("lib/wasm32-wasip1/libc.a", b"!<arch>"),
            vec![0; 1024],
        ];
        let files = unpack(&archive.concat()).unwrap();
        let names: Vec<_> = files.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(
            names,
            ["usr/include/c++/v1/vector", "usr/lib/wasm32-wasip1/libc.a"]
        );
        assert_eq!(files[0].1.len(), 600);
    }

    #[test]
    fn a_damaged_archive_is_refused() {
        assert!(unpack(b"").is_err());
        let mut archive = entry("include/c++/v1/vector", &[b'x'; 600]);
        archive.truncate(700);
        assert_eq!(unpack(&archive), Err("the archive ends early"));
        assert!(unpack(&[0xff; 2048]).is_err());
    }
}
