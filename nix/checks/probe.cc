// What C++ wheels lean on: threads, exceptions (thrown in one thread, caught in another), iostreams, random_device,
// regex, filesystem, the C library's own mathematics for float and long double. Built as a shared library and a program
// that uses it, with the static run-time.
#include <cmath>
#include <filesystem>
#include <future>
#include <iconv.h>
#include <iostream>
#include <random>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <thread>

#ifdef LIBRARY
std::string
probe (int n)
{
  auto failing = std::async (std::launch::async, [n] () -> int {
    throw std::runtime_error ("thrown " + std::to_string (n));
  });
  try
    {
      failing.get ();
    }
  catch (const std::exception &e)
    {
      return e.what ();
    }
  return "nothing was thrown";
}
#else
std::string probe (int);

int
main ()
{
  int sum = 0;
  std::thread worker ([&] { for (int i = 1; i <= 100; i++) sum += i; });
  worker.join ();
  std::ostringstream out;
  out << probe (7) << ' ' << sum << ' ' << std::regex_replace (std::string ("a1b22"), std::regex ("[0-9]+"), "#") << ' '
      << std::filesystem::path ("/a/b.txt").extension ().string ();
  volatile float half = -0.5f;
  volatile long double one = 1;
  // Only a double's digits would be right, had libstdc++ brought an expl of its own.
  bool exact = std::floor (half) == -1 && std::ceil (half) == 0
               && std::fabs (std::exp (one) - 2.718281828459045235360287471352662498L) < 1e-30L;
  // The C library's converters are modules that it opens when asked.
  bool converts = iconv_open ("UTF-32LE", "UTF-8") != (iconv_t) -1;
  std::random_device random;
  (void) random ();
  std::cout << out.str () << std::endl;
  return out.str () == "thrown 7 5050 a#b# .txt" && exact && converts ? 0 : 1;
}
#endif
