//! The interpreter's C functions that are called.

use wasmtime::{AsContextMut, Global, Instance, Memory, TypedFunc, format_err};

use super::State;

/// One parameter stands for itself, any other number in a tuple.
macro_rules! parameters {
    ($single:ty) => { $single };
    ($($parameter:ty),*) => { ($($parameter,)*) };
}

macro_rules! functions {
    ($($name:ident = $export:literal: ($($parameter:ty),*) -> $result:ty;)*) => {
        /// The interpreter's functions and where its fixed things lie.
        pub(super) struct Functions {
            pub(super) memory: Memory,
            pub(super) stack: Global,
            $(pub(super) $name: TypedFunc<parameters!($($parameter),*), $result>,)*
        }

        impl Functions {
            pub(super) fn of(
                mut store: impl AsContextMut<Data = State>,
                instance: &Instance,
            ) -> wasmtime::Result<Self> {
                let missing = || format_err!("the guest lacks its memory or stack pointer");
                let memory = instance.get_memory(&mut store, "memory").ok_or_else(missing)?;
                let stack = instance.get_global(&mut store, "__stack_pointer").ok_or_else(missing)?;
                Ok(Self {
                    memory,
                    stack,
                    $($name: instance.get_typed_func(&mut store, $export)?,)*
                })
            }
        }
    };
}

functions! {
    initialize = "_initialize": () -> ();
    start = "qjs_init": () -> i32;
    track_rejections = "qjs_set_promise_rejection_handler": (i32) -> ();
    load_modules = "qjs_set_module_loader": (i32) -> ();
    context = "qjs_get_context_ptr": () -> u32;
    runtime = "qjs_get_runtime_ptr": () -> u32;
    opaque = "JS_GetContextOpaque": (u32) -> u32;
    set_opaque = "JS_SetContextOpaque": (u32, u32) -> ();
    update_stack_top = "JS_UpdateStackTop": (u32) -> ();
    set_stack_size = "JS_SetMaxStackSize": (u32, u32) -> ();
    malloc = "wasm_malloc": (u32) -> u32;
    release = "wasm_free": (u32) -> ();
    host_function = "qjs_new_host_function": (u32, u32, u32) -> u32;
    eval = "JS_Eval": (u32, u32, u32, u32, u32) -> u64;
    run = "JS_EvalFunction": (u32, u64) -> u64;
    namespace = "JS_GetModuleNamespace": (u32, u32) -> u64;
    call = "JS_Call": (u32, u64, u64, u32, u32) -> u64;
    exception = "JS_GetException": (u32) -> u64;
    is_job_pending = "JS_IsJobPending": (u32) -> i32;
    run_job = "JS_ExecutePendingJob": (u32, u32) -> i32;
    free_value = "JS_FreeValue": (u32, u64) -> ();
    free_boxed = "qjs_free_value": (u32) -> ();
    is_function = "JS_IsFunction": (u32, u64) -> i32;
    is_array = "JS_IsArray": (u64) -> i32;
    is_map = "JS_IsMap": (u64) -> i32;
    is_set = "JS_IsSet": (u64) -> i32;
    is_proxy = "JS_IsProxy": (u64) -> i32;
    is_promise = "JS_IsPromise": (u64) -> i32;
    is_error = "JS_IsError": (u64) -> i32;
    is_date = "JS_IsDate": (u64) -> i32;
    class = "JS_GetClassID": (u64) -> u32;
    promise_state = "JS_PromiseState": (u32, u64) -> i32;
    promise_result = "JS_PromiseResult": (u32, u64) -> u64;
    prototype = "JS_GetPrototype": (u32, u64) -> u64;
    length = "JS_GetLength": (u32, u64, u32) -> i32;
    own_names = "JS_GetOwnPropertyNames": (u32, u32, u32, u64, u32) -> i32;
    free_names = "JS_FreePropertyEnum": (u32, u32, u32) -> ();
    own_property = "JS_GetOwnProperty": (u32, u32, u64, u32) -> i32;
    property_at = "JS_GetPropertyUint32": (u32, u64, u32) -> u64;
    atom_of_index = "JS_NewAtomUInt32": (u32, u32) -> u32;
    atom_of = "JS_ValueToAtom": (u32, u64) -> u32;
    atom_value = "JS_AtomToValue": (u32, u32) -> u64;
    free_atom = "JS_FreeAtom": (u32, u32) -> ();
    text = "JS_ToCStringLen2": (u32, u32, u64, u32) -> u32;
    free_text = "JS_FreeCString": (u32, u32) -> ();
    bytes = "JS_GetUint8Array": (u32, u32, u64) -> u32;
    new_text = "JS_NewStringLen": (u32, u32, u32) -> u64;
    new_utf16 = "JS_NewStringUTF16": (u32, u32, u32) -> u64;
    new_array = "JS_NewArrayFrom": (u32, u32, u32) -> u64;
    new_object = "JS_NewObject": (u32) -> u64;
    define = "JS_DefinePropertyValue": (u32, u64, u32, u64, u32) -> i32;
}
