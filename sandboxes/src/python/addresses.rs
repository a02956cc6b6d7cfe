//! The fixed addresses of a component that is linked of shared libraries: which of its globals hold a
//! number that nothing changes any more.

use std::collections::{HashMap, HashSet};

use wasmparser::{
    BinaryReaderError, ComponentAlias, ConstExpr, ElementItems, ExternalKind, Instance, Operator,
    Parser, Payload, TypeRef,
};

/// Where a global is defined: the instance, and its index there.
type Place = (u32, u32);

/// Of a component, what leads from the use of a global to its definition.
#[derive(Default)]
pub(super) struct Layout {
    pub(super) modules: Vec<Module>,
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
pub(super) struct Module {
    /// The instance and name of each global that is imported.
    imports: Vec<(String, String)>,
    pub(super) functions_imported: u32,
    /// The number that each global defined here starts with, if it is one.
    starts: Vec<Option<i32>>,
    exports: HashMap<String, u32>,
    /// The functions that it exports.
    pub(super) functions: HashMap<String, u32>,
    /// Globals that its code sets.
    set: HashSet<u32>,
    /// Whether something outside can get its code to run.
    runs: bool,
}

impl Layout {
    pub(super) fn read(component: &[u8]) -> Result<Self, BinaryReaderError> {
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
    pub(super) fn numbers(&self) -> Vec<HashMap<u32, i32>> {
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
    pub(super) fn address(&self, name: &str, numbers: &HashMap<u32, i32>) -> Option<i32> {
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
