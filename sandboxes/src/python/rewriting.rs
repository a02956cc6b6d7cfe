//! Writing the guest's fixed addresses into its code.
//!
//! CPython is linked of shared libraries. Where a function or a variable lies is known once they are
//! put together, so each address stands in a global (the global offset table) that the code reads at
//! every use: twice from memory, as the global belongs to another module. In the snapshot they are all
//! filled in, and nothing that can still run sets them. Here each such `global.get` becomes the number
//! that it would read, which the compiler then folds into what is done with it. One instruction stands
//! for one, so programs burn the same fuel.
//!
//! On the way the interpreter gets its [`inner_loop`].

use std::collections::HashMap;

use wasm_encoder::{
    CodeSection, ComponentSectionId, Encode, Instruction, ModuleSection, RawSection, SectionId,
};
use wasmparser::{BinaryReader, BinaryReaderError, CodeSectionReader, FunctionBody, Operator};

use super::addresses::{Layout, Module};
use super::inner_loop::{self, Instead};

/// The same component with the numbers in place.
pub(super) fn fix(component: &[u8]) -> Result<Vec<u8>, BinaryReaderError> {
    let layout = Layout::read(component)?;
    let numbers = layout.numbers();
    let mut of_modules = layout.modules.iter().zip(&numbers);
    let mut out = wasm_encoder::Component::new();
    for (id, data) in sections(component)? {
        if id == ComponentSectionId::CoreModule as u8 {
            let (module, numbers) = of_modules.next().expect("the layout has every module");
            out.section(&ModuleSection(&rewrite(data, module, numbers)?));
        } else {
            out.section(&RawSection { id, data });
        }
    }
    Ok(out.finish())
}

/// The sections of a module or a component: their ids and contents.
fn sections(binary: &[u8]) -> Result<Vec<(u8, &[u8])>, BinaryReaderError> {
    let mut reader = BinaryReader::new(binary, 0);
    reader.read_bytes(HEADER_BYTES)?;
    let mut sections = Vec::new();
    while !reader.eof() {
        let (id, bytes) = (reader.read_u8()?, reader.read_var_u32()?);
        sections.push((id, reader.read_bytes(bytes as usize)?));
    }
    Ok(sections)
}

const HEADER_BYTES: usize = 8;

const TYPES: u8 = SectionId::Type as u8;
const FUNCTIONS: u8 = SectionId::Function as u8;
const CODE: u8 = SectionId::Code as u8;

/// Writes a module anew, with an inner loop if it is the interpreter.
fn rewrite(
    binary: &[u8],
    module: &Module,
    numbers: &HashMap<u32, i32>,
) -> Result<wasm_encoder::Module, BinaryReaderError> {
    let addresses = inner_loop::Addresses::find(|name| module.address(name, numbers));
    let large = module.functions.get(inner_loop::LARGE).copied();
    let mut inner = addresses.zip(large);
    let mut types = 0;
    let mut out = wasm_encoder::Module::new();
    for (id, data) in sections(binary)? {
        let added;
        let data = match id {
            TYPES if inner.is_some() => {
                (types, added) = with_entry(data, &inner_loop::signature())?;
                &added
            }
            FUNCTIONS if inner.is_some() => {
                let mut number = Vec::new();
                types.encode(&mut number);
                (_, added) = with_entry(data, &number)?;
                &added
            }
            CODE => {
                out.section(&code(data, module, numbers, inner.take())?);
                continue;
            }
            _ => data,
        };
        out.section(&RawSection { id, data });
    }
    Ok(out)
}

/// A section's content with one more entry, and how many there were.
fn with_entry(section: &[u8], entry: &[u8]) -> Result<(u32, Vec<u8>), BinaryReaderError> {
    let mut reader = BinaryReader::new(section, 0);
    let count = reader.read_var_u32()?;
    let mut out = Vec::with_capacity(section.len() + entry.len() + 1);
    (count + 1).encode(&mut out);
    out.extend_from_slice(&section[reader.current_position()..]);
    out.extend_from_slice(entry);
    Ok((count, out))
}

fn code(
    data: &[u8],
    module: &Module,
    numbers: &HashMap<u32, i32>,
    inner: Option<(inner_loop::Addresses, u32)>,
) -> Result<CodeSection, BinaryReaderError> {
    let bodies = CodeSectionReader::new(BinaryReader::new(data, 0))?;
    let first = module.functions_imported;
    let added = first + bodies.count();
    let mut code = CodeSection::new();
    for (function, body) in (first..).zip(bodies) {
        let body = body?;
        let entrance = match &inner {
            Some((_, large)) if *large == function => inner_loop::entrance(&body, added)?,
            _ => None,
        };
        code.raw(&with_numbers(data, &body, numbers, entrance.as_ref())?);
    }
    if let Some((addresses, _)) = inner {
        code.raw(&inner_loop::body(&addresses));
    }
    Ok(code)
}

/// Writes a function anew, whose place is told within `data`, with other code in place of some of it.
fn with_numbers(
    data: &[u8],
    body: &FunctionBody,
    numbers: &HashMap<u32, i32>,
    instead: Option<&Instead>,
) -> Result<Vec<u8>, BinaryReaderError> {
    let range = body.range();
    let mut out = Vec::with_capacity(range.len());
    let mut operators = body.get_operators_reader()?;
    let mut copied = range.start;
    while !operators.eof() {
        let start = operators.original_position();
        let operator = operators.read()?;
        let mut code = Vec::new();
        match (instead, operator) {
            (Some(instead), _) if instead.range.contains(&start) => {
                if start == instead.range.start {
                    code.extend_from_slice(&instead.code);
                }
            }
            (_, Operator::GlobalGet { global_index }) if numbers.contains_key(&global_index) => {
                Instruction::I32Const(numbers[&global_index]).encode(&mut code);
            }
            _ => continue,
        }
        out.extend_from_slice(&data[copied..start]);
        out.extend_from_slice(&code);
        copied = operators.original_position();
    }
    out.extend_from_slice(&data[copied..range.end]);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{
        Alias, Component, ComponentAliasSection, ConstExpr, EntityType, ExportKind, ExportSection,
        Function, FunctionSection, GlobalSection, GlobalType, ImportSection, InstanceSection,
        ModuleArg, TypeSection, ValType,
    };

    use wasmparser::{Parser, Payload};

    use super::*;

    const GLOBAL: GlobalType = GlobalType {
        val_type: ValType::I32,
        mutable: true,
        shared: false,
    };

    /// One module with an address and a stack pointer, and one that imports them, reads both and sets
    /// the latter.
    fn component() -> Vec<u8> {
        let mut main = wasm_encoder::Module::new();
        let mut globals = GlobalSection::new();
        globals.global(GLOBAL, &ConstExpr::i32_const(7));
        globals.global(GLOBAL, &ConstExpr::i32_const(9));
        let mut exports = ExportSection::new();
        exports.export("address", ExportKind::Global, 0);
        exports.export("stack", ExportKind::Global, 1);
        main.section(&globals).section(&exports);

        let mut library = wasm_encoder::Module::new();
        let mut types = TypeSection::new();
        types.ty().function([], [ValType::I32]);
        let mut imports = ImportSection::new();
        imports.import("env", "stack", EntityType::Global(GLOBAL));
        imports.import("GOT", "address", EntityType::Global(GLOBAL));
        let mut functions = FunctionSection::new();
        functions.function(0);
        let mut exports = ExportSection::new();
        exports.export("f", ExportKind::Func, 0);
        let mut body = Function::new([]);
        body.instructions()
            .global_get(1)
            .global_set(0)
            .global_get(0)
            .end();
        let mut code = CodeSection::new();
        code.function(&body);
        library
            .section(&types)
            .section(&imports)
            .section(&functions);
        library.section(&exports).section(&code);

        let mut component = Component::new();
        component
            .section(&ModuleSection(&main))
            .section(&ModuleSection(&library));
        let mut first = InstanceSection::new();
        first.instantiate(0, [] as [(&str, ModuleArg); 0]);
        component.section(&first);
        let mut aliases = ComponentAliasSection::new();
        for name in ["address", "stack"] {
            aliases.alias(Alias::CoreInstanceExport {
                instance: 0,
                kind: ExportKind::Global,
                name,
            });
        }
        component.section(&aliases);
        let mut then = InstanceSection::new();
        then.export_items([("address", ExportKind::Global, 0)]);
        then.export_items([("stack", ExportKind::Global, 1)]);
        let arguments = [
            ("GOT", ModuleArg::Instance(1)),
            ("env", ModuleArg::Instance(2)),
        ];
        then.instantiate(1, arguments);
        component.section(&then);
        component.finish()
    }

    fn code(component: &[u8]) -> Vec<String> {
        let mut code = Vec::new();
        for payload in Parser::new(0).parse_all(component) {
            if let Payload::CodeSectionEntry(body) = payload.unwrap() {
                let operators = body.get_operators_reader().unwrap();
                code.extend(operators.into_iter().map(|it| format!("{:?}", it.unwrap())));
            }
        }
        code
    }

    #[test]
    fn what_is_never_set_becomes_a_number_and_what_is_set_stays_a_global() {
        let fixed = fix(&component()).unwrap();
        wasmparser::Validator::new().validate_all(&fixed).unwrap();
        assert_eq!(
            code(&fixed),
            [
                "I32Const { value: 7 }",
                "GlobalSet { global_index: 0 }",
                "GlobalGet { global_index: 0 }",
                "End"
            ]
        );
    }
}
