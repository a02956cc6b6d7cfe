//! One safetensors file: a length, a JSON header, and the tensors' bytes.

use crate::{
    error::{Error, Result},
    weights::Parameter,
};
use candle_core::{DType, Device, Tensor};
use safetensors::{Dtype, tensor::Metadata};
use std::{
    collections::HashMap,
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

/// No real header comes near this; a damaged length must not become an allocation.
const MAX_HEADER_BYTES: u64 = 100 << 20;

pub(super) struct Shard {
    path: PathBuf,
    file: File,
    /// Where the tensors' bytes start.
    start: u64,
    metadata: Metadata,
    names: Vec<String>,
}

impl Shard {
    /// Reads the header and checks that the file is as long as it promises.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let io = |e| Error::io(path, e);
        let damaged = |why: String| Error::checkpoint(path, format!("{why}; fetch it again"));
        let mut file = File::open(path).map_err(io)?;
        let length = file.metadata().map_err(io)?.len();
        let mut size = [0u8; 8];
        if length < 8 {
            return Err(damaged(format!("truncated to {length} bytes")));
        }
        file.read_exact(&mut size).map_err(io)?;
        let header = u64::from_le_bytes(size);
        if header > MAX_HEADER_BYTES || header > length - 8 {
            return Err(damaged(format!(
                "truncated or damaged: a header of {header} bytes in a file of {length}"
            )));
        }
        let mut text = vec![0u8; usize::try_from(header).expect("checked to be small")];
        file.read_exact(&mut text).map_err(io)?;
        let metadata: Metadata = serde_json::from_slice(&text)
            .map_err(|e| damaged(format!("not a safetensors header ({e})")))?;
        let wanted = 8 + header + metadata.data_len() as u64;
        if length != wanted {
            return Err(damaged(format!(
                "truncated or damaged: {length} bytes where the header promises {wanted}"
            )));
        }
        let names = metadata.tensors().into_keys().collect();
        Ok(Self {
            path: path.to_owned(),
            file,
            start: 8 + header,
            metadata,
            names,
        })
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    pub(super) fn contains(&self, name: &str) -> bool {
        self.metadata.info(name).is_some()
    }

    /// Reads one tensor in the file's own data type, on the CPU.
    pub(super) fn read(&mut self, parameter: &Parameter) -> Result<Tensor> {
        let name = &parameter.name;
        let info = self
            .metadata
            .info(name)
            .ok_or_else(|| Error::MissingTensor { name: name.clone() })?;
        if info.shape != parameter.shape {
            let error = Error::TensorShape {
                name: name.clone(),
                found: info.shape.clone(),
                wanted: parameter.shape.clone(),
            };
            return Err(Error::checkpoint(&self.path, error.to_string()));
        }
        let dtype = match info.dtype {
            Dtype::F32 => DType::F32,
            Dtype::F16 => DType::F16,
            Dtype::BF16 => DType::BF16,
            other => {
                return Err(Error::checkpoint(
                    &self.path,
                    format!("tensor `{name}` is {other:?}; use f32, bf16 or f16 weights"),
                ));
            }
        };
        let (from, to) = info.data_offsets;
        let mut bytes = vec![0u8; to - from];
        self.file
            .seek(SeekFrom::Start(self.start + from as u64))
            .and_then(|_| self.file.read_exact(&mut bytes))
            .map_err(|e| Error::io(&self.path, e))?;
        Ok(Tensor::from_raw_buffer(
            &bytes,
            dtype,
            &parameter.shape,
            &Device::Cpu,
        )?)
    }
}

/// Writes tensors, converted to `dtype`.
pub(crate) fn write(path: &Path, tensors: &[(&str, &Tensor)], dtype: DType) -> Result<()> {
    let mut converted = Vec::with_capacity(tensors.len());
    for (name, tensor) in tensors {
        let tensor = tensor
            .detach()
            .to_device(&Device::Cpu)?
            .to_dtype(dtype)?
            .contiguous()?;
        converted.push((*name, tensor));
    }
    // transformers asks for this word before it reads a file.
    let metadata = HashMap::from([("format".to_owned(), "pt".to_owned())]);
    safetensors::serialize_to_file(converted, Some(metadata), path)
        .map_err(|e| Error::checkpoint(path, format!("could not be written ({e}); check the disk")))
}
