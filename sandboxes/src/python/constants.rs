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

use std::collections::{HashMap, HashSet};

use super::inner_loop::{self, Instead};
use wasm_encoder::{
    CodeSection, ComponentSectionId, Encode, Instruction, ModuleSection, RawSection, SectionId,
};
use wasmparser::{
    BinaryReader, BinaryReaderError, CodeSectionReader, ComponentAlias, ConstExpr, ElementItems,
    ExternalKind, FunctionBody, Instance, Operator, Parser, Payload, TypeRef,
};

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

/// Where a global is defined: the instance, and its index there.
type Place = (u32, u32);

/// Of a component, what leads from the use of a global to its definition.
#[derive(Default)]
struct Layout {
    modules: Vec<Module>,
    instances: Vec<Made>,
    /// The globals of the component's own index space: an instance and a name.
    globals: Vec<(u32, String)>,
}

/// A core instance.
enum Made {
    /// Of a module, with the instances behind its imports.
    Of(u32, HashMap<String, u32>),
    /// Of nothing but names for globals.
    Bundle(HashMap<String, u32>),
}

/// Of a core module, what has to do with globals, and its functions.
#[derive(Default)]
struct Module {
    /// The instance and name of each global that is imported.
    imports: Vec<(String, String)>,
    functions_imported: u32,
    /// The number that each global defined here starts with, if it is one.
    starts: Vec<Option<i32>>,
    exports: HashMap<String, u32>,
    /// The functions that it exports.
    functions: HashMap<String, u32>,
    /// Globals that its code sets.
    set: HashSet<u32>,
    /// Whether something outside can get its code to run.
    runs: bool,
}

impl Layout {
    fn read(component: &[u8]) -> Result<Self, BinaryReaderError> {
        let mut layout = Self::default();
        // Whether each section that is open is a module; what lies deeper than one is not ours.
        let mut open = Vec::new();
        for payload in Parser::new(0).parse_all(component) {
            match payload? {
                Payload::ModuleSection { .. } => {
                    if open.is_empty() {
                        layout.modules.push(Module::default());
                    }
                    open.push(true);
                }
                Payload::ComponentSection { .. } => open.push(false),
                Payload::End(_) => drop(open.pop()),
                payload if open == [true] => {
                    let module = layout.modules.last_mut().expect("one is open");
                    module.read(payload)?;
                }
                payload if open.is_empty() => layout.link(payload)?,
                _ => {}
            }
        }
        Ok(layout)
    }

    fn link(&mut self, payload: Payload) -> Result<(), BinaryReaderError> {
        match payload {
            Payload::InstanceSection(instances) => {
                for instance in instances {
                    self.instances.push(match instance? {
                        Instance::Instantiate { module_index, args } => {
                            let named = args.iter().map(|it| (it.name.to_owned(), it.index));
                            Made::Of(module_index, named.collect())
                        }
                        Instance::FromExports(exports) => {
                            let globals =
                                exports.iter().filter(|it| it.kind == ExternalKind::Global);
                            Made::Bundle(globals.map(|it| (it.name.to_owned(), it.index)).collect())
                        }
                    });
                }
            }
            Payload::ComponentAliasSection(aliases) => {
                for alias in aliases {
                    if let ComponentAlias::CoreInstanceExport {
                        kind: ExternalKind::Global,
                        instance_index,
                        name,
                    } = alias?
                    {
                        self.globals.push((instance_index, name.to_owned()));
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The modules' instances.
    fn instances(&self) -> impl Iterator<Item = (u32, u32, &Module)> {
        (0..)
            .zip(&self.instances)
            .filter_map(|(instance, made)| match made {
                Made::Of(module, _) => Some((instance, *module, &self.modules[*module as usize])),
                Made::Bundle(_) => None,
            })
    }

    fn exported(&self, instance: u32, name: &str) -> Option<Place> {
        match &self.instances[instance as usize] {
            Made::Bundle(globals) => {
                let (instance, name) = &self.globals[*globals.get(name)? as usize];
                self.exported(*instance, name)
            }
            Made::Of(module, _) => {
                self.defined(instance, *self.modules[*module as usize].exports.get(name)?)
            }
        }
    }

    fn defined(&self, instance: u32, global: u32) -> Option<Place> {
        let Made::Of(module, arguments) = &self.instances[instance as usize] else {
            return None;
        };
        match self.modules[*module as usize].imports.get(global as usize) {
            Some((from, name)) => self.exported(*arguments.get(from)?, name),
            None => Some((instance, global)),
        }
    }

    fn number(&self, (instance, global): Place) -> Option<i32> {
        let Made::Of(module, _) = &self.instances[instance as usize] else {
            return None;
        };
        let module = &self.modules[*module as usize];
        let own = (global as usize).checked_sub(module.imports.len())?;
        *module.starts.get(own)?
    }

    /// For each module, the numbers of the globals that stay what they are.
    fn numbers(&self) -> Vec<HashMap<u32, i32>> {
        let mut numbers = vec![HashMap::new(); self.modules.len()];
        let running = self.instances().filter(|(_, _, module)| module.runs);
        let set: HashSet<Option<Place>> = running
            .flat_map(|(instance, _, module)| {
                let places = module.set.iter().map(move |global| (instance, *global));
                places.map(|(instance, global)| self.defined(instance, global))
            })
            .collect();
        // A module of two instances would need two texts.
        let mut met = HashSet::new();
        for (instance, index, module) in self.instances() {
            let known = &mut numbers[index as usize];
            if set.contains(&None) || !met.insert(index) {
                known.clear();
                continue;
            }
            let count = module.imports.len() + module.starts.len();
            for global in (0..).take(count) {
                let place = self.defined(instance, global);
                let number = place.and_then(|place| self.number(place));
                if let (false, Some(number)) = (set.contains(&place), number) {
                    known.insert(global, number);
                }
            }
        }
        numbers
    }
}

impl Module {
    /// The address behind a name that the module imports.
    fn address(&self, name: &str, numbers: &HashMap<u32, i32>) -> Option<i32> {
        let mut imports = (0..).zip(&self.imports);
        let (global, _) = imports.find(|(_, (_, imported))| imported == name)?;
        numbers.get(&global).copied()
    }

    fn read(&mut self, payload: Payload) -> Result<(), BinaryReaderError> {
        match payload {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    let import = import?;
                    match import.ty {
                        TypeRef::Global(_) => {
                            let names = (import.module.to_owned(), import.name.to_owned());
                            self.imports.push(names);
                        }
                        TypeRef::Func(_) => self.functions_imported += 1,
                        _ => {}
                    }
                }
            }
            Payload::GlobalSection(globals) => {
                for global in globals {
                    self.starts.push(number(&global?.init_expr)?);
                }
            }
            Payload::ExportSection(exports) => {
                for export in exports {
                    let export = export?;
                    match export.kind {
                        ExternalKind::Global => {
                            self.exports.insert(export.name.to_owned(), export.index);
                        }
                        ExternalKind::Func => {
                            self.functions.insert(export.name.to_owned(), export.index);
                            self.runs |= export.index >= self.functions_imported;
                        }
                        _ => {}
                    }
                }
            }
            Payload::StartSection { .. } => self.runs = true,
            Payload::ElementSection(elements) => {
                for element in elements {
                    match element?.items {
                        ElementItems::Functions(functions) => {
                            for function in functions {
                                self.runs |= function? >= self.functions_imported;
                            }
                        }
                        ElementItems::Expressions(..) => self.runs = true,
                    }
                }
            }
            Payload::CodeSectionEntry(body) => {
                for operator in body.get_operators_reader()? {
                    if let Operator::GlobalSet { global_index } = operator? {
                        self.set.insert(global_index);
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// What an initialiser comes to, where it is one number.
fn number(expression: &ConstExpr) -> Result<Option<i32>, BinaryReaderError> {
    let mut operators = expression.get_operators_reader();
    let Operator::I32Const { value } = operators.read()? else {
        return Ok(None);
    };
    Ok(matches!(operators.read()?, Operator::End).then_some(value))
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
