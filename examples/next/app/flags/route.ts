import { cookies } from 'next/headers';
import { readFlags } from '../../lib/readFlags';

/** Answers `pollingSource('/flags')`: the flags of the user who sends the request. */
export async function GET() {
  const user = (await cookies()).get('user')?.value ?? 'nobody';
  return Response.json(await readFlags(user), { headers: { 'cache-control': 'no-store' } });
}
