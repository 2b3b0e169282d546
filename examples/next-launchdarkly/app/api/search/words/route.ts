export function GET() {
  return Response.json(['shoe']);
}
