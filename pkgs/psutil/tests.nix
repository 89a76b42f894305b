# Much of what they compare with is not there: the root has no programs but the interpreter, and no devices.
let
  leftOut =
    class: why:
    map (test: {
      inherit test class why;
      # Some pass where nothing else runs, and would be stale there.
      run = false;
    });
  within = prefix: map (name: prefix + name);
in
{
  files = [
    "tests"
    # What test_scripts starts and compares.
    "scripts"
    "setup.py"
  ];
  # They measure memory, with psleak, of which there is no wheel.
  options = [ "--ignore=tests/test_memleaks.py" ];
  leftOut =
    leftOut "root" "compares with ps, df or who, and there is none" (
      [ "tests/test_linux.py::TestSystemDiskPartitions::test_against_df" ]
      ++ within "tests/test_posix.py::TestSystemAPIs::test_" [
        "disk_usage"
        "pids"
        "users*"
      ]
      ++ within "tests/test_posix.py::TestProcess::test_" [
        "cmdline"
        "create_time"
        "exe"
        "gid"
        "name"
        "nice"
        "ppid"
        "rss_memory"
        "uid"
        "username"
        "vsz_memory"
      ]
    )
    ++ leftOut "root" "compares with free or vmstat, and there is none" (
      within "tests/test_linux.py::" [
        "TestMisc::test_boot_time"
        "TestSystemCPUStats::test_interrupts"
        "TestSystemSwapMemory::test_free"
        "TestSystemSwapMemory::test_total"
        "TestSystemSwapMemory::test_used"
        "TestSystemVirtualMemoryAgainstFree::*"
        "TestSystemVirtualMemoryAgainstVmstat::*"
      ]
    )
    ++ leftOut "root" "wants a disk, a battery or somebody logged in" [
      "tests/test_linux.py::TestRootFsDeviceFinder::test_*"
      "tests/test_misc.py::TestMisc::test_serialization"
      "tests/test_system.py::TestDiskAPIs::test_disk_io_counters"
      "tests/test_system.py::TestMiscAPIs::test_users"
    ]
    ++
      leftOut "root" "reads all of the machine's processes, of which it may not look into those outside"
        [
          "tests/test_process_all.py::TestFetchAllProcesses::test_all"
        ]
    ++ leftOut "root" "starts the interpreter outside of the environment that the wheel is in" [
      "tests/test_scripts.py::TestExampleScripts::test_*"
    ]
    ++ leftOut "root" "wants setuptools or pyperf, which no wheel requires" [
      "tests/test_scripts.py::TestInternalScripts::test_import_all"
      "tests/test_scripts.py::TestSetupScript::test_invocation"
    ]
    ++ leftOut "root" "wants that glibc holds memory by mmap just then, as no test has seen to" [
      "tests/test_system.py::TestMiscAPIs::test_heap_info"
    ]
    ++ leftOut "wheel" "CPython 3.15 made RLIM_INFINITY positive, psutil's is -1 still" [
      "tests/test_process.py::TestProcess::test_rlimit_infinity_value"
    ]
    ++ leftOut "emulator" "QEMU does not carry out SIOCETHTOOL" [
      "tests/test_contracts.py::TestSystemAPITypes::test_net_if_stats"
      "tests/test_linux.py::TestSystemNetIfStats::test_mtu"
      "tests/test_system.py::TestNetAPIs::test_net_if_addrs"
      "tests/test_system.py::TestNetAPIs::test_net_if_stats"
    ]
    ++ leftOut "emulator" "/proc shows QEMU's program, name and words instead of the program's" [
      "tests/test_process.py::TestProcess::test_cmdline"
      "tests/test_process.py::TestProcess::test_exe"
      "tests/test_process.py::TestProcess::test_long_cmdline"
      "tests/test_process.py::TestProcess::test_long_name"
      "tests/test_unicode.py::TestFSAPIsWithInvalidPath::test_proc_cmdline"
      "tests/test_unicode.py::TestFSAPIsWithInvalidPath::test_proc_exe"
      "tests/test_unicode.py::TestFSAPIsWithInvalidPath::test_proc_name"
    ]
    ++
      leftOut "time" "gives its children five seconds, in which on a busy machine none starts under QEMU"
        [
          "tests/test_connections.py::TestSystemWideConnections::test_multi_sockets_procs"
          "tests/test_process.py::TestProcess::test_children_recursive"
          "tests/test_process.py::TestProcess::test_parents"
          "tests/test_process.py::TestProcess::test_parents_and_children"
          "tests/test_testutils.py::TestProcessUtils::test_spawn_children_pair"
        ];
}
